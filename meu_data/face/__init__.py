"""What is known about a face: its regions, action units, emotions and landmarks, as data with sources."""
