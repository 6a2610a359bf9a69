"""What an editor asks about YAML: the same answers as for kspec text, in the shape that manifests have.

A manifest that is being typed is no valid YAML most of the time: its lines are read one by one, by their indentation.
"""
