package main

import "syscall"

// attributes put a part into its own process group, and end it with the supervisor even when that is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
