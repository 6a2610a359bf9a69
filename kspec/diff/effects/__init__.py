"""What follows from the change of an object: one file a kind of consequence."""
