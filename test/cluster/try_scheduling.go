package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/profile"
)

const (
	// patience is a hundred times what one try takes.
	patience = 30 * time.Second
	// atOnce is how many tries are under way: they wait more than they work.
	atOnce = 8
)

func init() { parts["try-scheduling"] = trySchedulingOfLines }

// scenario is a cluster, in objects of any kind, and a pod to come.
type scenario struct {
	Objects []json.RawMessage `json:"objects"`
	// Nominated are pods that are promised a node, by their status; their scheduling gates keep them from being tried.
	Nominated []v1.Pod `json:"nominated"`
	Pod       v1.Pod   `json:"pod"`
}

// outcome is what the scheduler made of the pod: a node, or a message, and then maybe a node to be cleared.
type outcome struct {
	Node      string   `json:"node,omitempty"`
	Message   string   `json:"message,omitempty"`
	Nominated string   `json:"nominated,omitempty"`
	Victims   []string `json:"victims,omitempty"`
	Error     string   `json:"error,omitempty"`
}

// trySchedulingOfLines lets the real scheduler try one pod in each cluster that comes as a line of JSON, over a
// client that only remembers, and answers in lines in their order. Nothing is bound for good: there is no kubelet, and
// nobody who makes volumes.
func trySchedulingOfLines() int {
	klog.SetLogger(klog.Logger{})
	// Victims are deleted before the pod is told that it must wait for them, so nobody needs to wait for more.
	if err := feature.DefaultMutableFeatureGate.Set("SchedulerAsyncPreemption=false"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	answers := make(chan chan []byte, atOnce)
	var written sync.WaitGroup
	written.Add(1)
	go func() {
		defer written.Done()
		for answer := range answers {
			fmt.Println(string(<-answer))
		}
	}()
	for lines.Scan() {
		var s scenario
		err := json.Unmarshal(lines.Bytes(), &s)
		answer := make(chan []byte, 1)
		answers <- answer
		go func() {
			var o outcome
			if err == nil {
				o, err = s.try()
			}
			if err != nil {
				o = outcome{Error: err.Error()}
			}
			text, _ := json.Marshal(o)
			answer <- text
		}()
	}
	close(answers)
	written.Wait()
	return 0
}

// try starts a scheduler over the cluster and lets it try the pod once.
func (s *scenario) try() (outcome, error) {
	ctx, cancel := context.WithTimeout(klog.NewContext(context.Background(), klog.Logger{}), patience)
	defer cancel()
	client, bound, deleted, err := s.client()
	if err != nil {
		return outcome{}, err
	}
	if err := s.start(ctx, client); err != nil {
		return outcome{}, err
	}
	pods := client.CoreV1().Pods(s.Pod.Namespace)
	if _, err := pods.Create(ctx, &s.Pod, metav1.CreateOptions{}); err != nil {
		return outcome{}, err
	}
	for {
		select {
		case node := <-bound:
			return outcome{Node: node}, nil
		case <-ctx.Done():
			return outcome{}, ctx.Err()
		case <-time.After(3 * time.Millisecond):
		}
		pod, err := pods.Get(ctx, s.Pod.Name, metav1.GetOptions{})
		if err != nil {
			return outcome{}, err
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == v1.PodScheduled && condition.Status == v1.ConditionFalse {
				o := outcome{Message: condition.Message, Nominated: pod.Status.NominatedNodeName}
				for len(deleted) > 0 {
					o.Victims = append(o.Victims, <-deleted)
				}
				return o, nil
			}
		}
	}
}

// client knows the objects; it tells to which node the pod is bound, and which pods are deleted.
func (s *scenario) client() (*fake.Clientset, chan string, chan string, error) {
	objects := make([]runtime.Object, len(s.Objects))
	for i, text := range s.Objects {
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
		if err != nil {
			return nil, nil, nil, err
		}
		objects[i] = object
	}
	for i := range s.Nominated {
		objects = append(objects, &s.Nominated[i])
	}
	client := fake.NewClientset(objects...)
	bound := make(chan string, 1)
	deleted := make(chan string, 1000)
	client.PrependReactor("create", "pods", func(action clienttesting.Action) (bool, runtime.Object, error) {
		if action.GetSubresource() != "binding" {
			return false, nil, nil
		}
		binding := action.(clienttesting.CreateAction).GetObject().(*v1.Binding)
		bound <- binding.Target.Name
		return true, binding, nil
	})
	client.PrependReactor("delete", "pods", func(action clienttesting.Action) (bool, runtime.Object, error) {
		deleted <- action.(clienttesting.DeleteAction).GetName()
		return true, nil, nil
	})
	return client, bound, deleted, nil
}

// start runs a scheduler that has heard of everything, the nominated pods included.
func (s *scenario) start(ctx context.Context, client *fake.Clientset) error {
	profiles, err := withoutPreBind()
	if err != nil {
		return err
	}
	factory := scheduler.NewInformerFactory(client, 0)
	recorders := profile.NewRecorderFactory(events.NewBroadcaster(&events.EventSinkImpl{Interface: client.EventsV1()}))
	sched, err := scheduler.New(ctx, client, factory, nil, recorders, scheduler.WithProfiles(profiles...))
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	if err := sched.WaitForHandlersSync(ctx); err != nil {
		return err
	}
	// The queue would only ask a pod for its promise once it tried it, which their gates prevent.
	for i := range s.Nominated {
		pod, err := framework.NewPodInfo(&s.Nominated[i])
		if err != nil {
			return err
		}
		sched.SchedulingQueue.AddNominatedPod(klog.FromContext(ctx), pod, nil)
	}
	go sched.Run(ctx)
	return nil
}

// withoutPreBind is the default configuration, except that no pod waits for its volumes once it has a node.
func withoutPreBind() ([]config.KubeSchedulerProfile, error) {
	configuration, err := latest.Default()
	if err != nil {
		return nil, err
	}
	for i := range configuration.Profiles {
		configuration.Profiles[i].Plugins.PreBind.Disabled = []config.Plugin{{Name: "*"}}
	}
	return configuration.Profiles, nil
}
