"""Speed and memory at volume: `make bench`. Figures and method: docs/benchmarks.md."""
