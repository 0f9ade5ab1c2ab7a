"""The bench image: a live system that is the agent, its tools and nothing else."""
