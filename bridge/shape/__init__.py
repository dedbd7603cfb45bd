"""From a solved frame to the frame that is sent."""
