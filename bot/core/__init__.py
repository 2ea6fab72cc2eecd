"""The middle of the house: values in, values out; nothing here ever waits."""
