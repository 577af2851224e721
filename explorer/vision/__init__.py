"""What a network sees in a photo: predictions, and maps of where it looked."""
