"""Reports: plan, run, export, index; nothing of the domain."""
