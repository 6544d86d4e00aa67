"""Our own machine code for CPUs: the compact network by Winograd's convolution, written with llvmlite."""
