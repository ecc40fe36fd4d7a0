"""Reading: one module per raw layout; text in, text out, plus file and line; no judgement."""
