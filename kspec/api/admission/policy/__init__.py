"""ValidatingAdmissionPolicies, asked about objects."""
