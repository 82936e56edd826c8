"""What a text states and whose it is: figures, quotations, bylines and the agencies it rests on."""
