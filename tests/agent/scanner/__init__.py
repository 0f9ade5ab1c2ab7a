"""The bridge between a serial scanner and a scan station, on real lines."""
