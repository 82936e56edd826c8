"""What is done with an archive, said in terms of ports. Inside, too, imports run one way (``tests/test_layers.py``)."""
