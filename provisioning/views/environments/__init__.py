"""Pages of learning environments: written in layers, looked at, published, installed."""
