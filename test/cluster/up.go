package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// errClosed ends a cluster that is no longer wanted.
var errClosed = errors.New("closed")

func init() { parts["up"] = up }

// up runs a whole cluster until its standard input closes: that is the moment when whoever wanted the cluster
// ended, in whatever way. Then every part is killed and their files are removed. Its argument, when there is one, is
// options in JSON.
func up() int {
	// A child with Pdeathsig dies with the thread that started it, so that thread must stay.
	runtime.LockOSThread()
	directory, err := os.MkdirTemp("", "gke-safe-rollout-cluster-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(directory)

	cluster := &controlPlane{directory: directory, ended: make(chan error, 16)}
	if err := cluster.options.parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer cluster.kill()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cluster.ended <- errClosed
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		cluster.ended <- errClosed
	}()

	if err := cluster.run(); !errors.Is(err, errClosed) {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, cluster.lastLogLines())
		return 1
	}
	return 0
}
