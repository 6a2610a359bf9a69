"""The admission plugins that a kube-apiserver runs by default, and the state they look things up in."""
