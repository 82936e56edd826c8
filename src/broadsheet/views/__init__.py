"""Every page as a frozen value: what it says, in no format."""
