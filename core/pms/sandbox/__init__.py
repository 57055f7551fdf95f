"""What every vendor's sandbox is built from: a simulated hotel, faults, and a wire that plays them."""
