package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwokcmd "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

// kwokStages make nodes Ready, and pods on them Ready, complete and gone, each at once. Without Stages kwok does
// nothing. A pod's annotations change what becomes of it:
//   - statusGiven, with any value: its status is left as somebody else writes it;
//   - pod-delete.stage.kwok.x-k8s.io/delay, a Go duration: it takes that long to go once it is deleted.
var kwokStages = []string{
	kwokOptions, nodefast.DefaultNodeInit,
	unlessGiven(podfast.DefaultPodReady), unlessGiven(podfast.DefaultPodComplete), podDelete,
}

const statusGiven = "gke-safe-rollout.test/status"

// kwokOptions allow for hundreds of pods that start at once: four at a time are the default.
const kwokOptions = `apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokConfiguration
options:
  podPlayStageParallelism: 16
  nodePlayStageParallelism: 16
`

const podDelete = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-delete
spec:
  resourceRef:
    apiGroup: v1
    kind: Pod
  selector:
    matchExpressions:
    - key: '.metadata.deletionTimestamp'
      operator: 'Exists'
  delay:
    durationMilliseconds: 0
    durationFrom:
      expressionFrom: '.metadata.annotations["pod-delete.stage.kwok.x-k8s.io/delay"]'
  next:
    delete: true
`

func unlessGiven(stage string) string {
	const selector = "    matchExpressions:\n"
	return strings.Replace(stage, selector, selector+fmt.Sprintf(
		"    - key: '.metadata.annotations[%q]'\n      operator: 'DoesNotExist'\n", statusGiven), 1)
}

func init() { parts["kwok"] = kwok }

// kwok does what kwok's own main does (cmd/kwok/main.go, v0.8.0).
func kwok() int {
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ := kwoklog.InitFlags(signals.SetupSignalContext(), flags)
	ctx, err := kwokconfig.InitFlags(ctx, flags)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	command := kwokcmd.NewCommand(ctx)
	command.Version = "" // component-base has a --version of its own, and cobra allows one
	command.PersistentFlags().AddFlagSet(flags)
	if err := command.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
