"""The claims about programs, one file each."""
