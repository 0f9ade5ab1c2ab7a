"""The agent’s catalogues: its sentences in French, by subject, and the words of the wire."""
