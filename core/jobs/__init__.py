"""Durable work: one seam, two engines. Knows nothing of what the jobs do."""
