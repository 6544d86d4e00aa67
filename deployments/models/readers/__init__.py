"""One file a format of weights that torch and safetensors cannot read themselves."""
