"""mesacircuits: every minimal circuit of small tasks, tagged, and conjectures decided."""
