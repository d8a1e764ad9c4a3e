//go:build !linux

package main

import "syscall"

// attributes put a part into its own process group. Only Linux can also end it with a killed supervisor.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
