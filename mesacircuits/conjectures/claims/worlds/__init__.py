"""The claims about worlds and learners, one file each."""
