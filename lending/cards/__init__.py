"""What the scan station, labels and search say of what lending knows."""
