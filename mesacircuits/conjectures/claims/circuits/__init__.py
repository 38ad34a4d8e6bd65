"""The claims about circuits, one file each."""
