"""How good the answers are: question sets, and what scores them."""
