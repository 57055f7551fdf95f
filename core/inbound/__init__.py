"""What vendors and hotels send by themselves: addresses, proof of origin, the post until it is read."""
