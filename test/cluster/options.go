package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// options is what can differ between clusters; the zero value is the usual one.
type options struct {
	// Kubernetes is the program whose parts make the control plane: this one when empty. kwok is always ours.
	Kubernetes string `json:"kubernetes"`
	// Scheduler holds fields of a KubeSchedulerConfiguration: profiles, back-off.
	Scheduler map[string]any `json:"scheduler"`
	// RetryAfter is how long the scheduler lets a pod lie that did not fit, when no event tells it to try again.
	RetryAfter string `json:"retryAfter"`
}

func (o *options) parse(arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	if err := json.Unmarshal([]byte(arguments[0]), o); err != nil {
		return fmt.Errorf("options are not understood: %w", err)
	}
	return nil
}

// schedulerFlags writes the configuration of the scheduler, and answers with the flags that lead it there.
func (c *controlPlane) schedulerFlags() ([]string, error) {
	kubeconfig, err := c.kubeconfig("system:kube-scheduler")
	if err != nil {
		return nil, err
	}
	configuration := map[string]any{
		"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
		"clientConnection": map[string]any{"kubeconfig": kubeconfig, "qps": clientQPS, "burst": 2 * clientQPS},
		"leaderElection":   map[string]any{"leaderElect": false},
	}
	for field, value := range c.options.Scheduler {
		configuration[field] = value
	}
	text, err := json.Marshal(configuration)
	if err != nil {
		return nil, err
	}
	path := c.path("scheduler.json")
	flags := []string{"--config", path, "--secure-port", "0"}
	if c.options.RetryAfter != "" {
		flags = append(flags, "--pod-max-in-unschedulable-pods-duration", c.options.RetryAfter)
	}
	return flags, os.WriteFile(path, text, 0o600)
}
