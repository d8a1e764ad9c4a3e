package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// startDeadline is ten times what a start takes on two cores.
const startDeadline = 90 * time.Second

// clientQPS is more than two cores can ask: no part waits for its own rate limit.
const clientQPS = 5000

// controlPlane is one cluster: its parts run as children, their files lie in one directory.
type controlPlane struct {
	options   options
	directory string
	ended     chan error // why the cluster must end: errClosed, or a part that died
	children  []*exec.Cmd
	running   sync.WaitGroup // the children that have not ended yet
	users     *tokens
	etcd      string // http://127.0.0.1:port
	api       string // https://127.0.0.1:port
}

// run starts the parts in order, announces the cluster in one JSON line on standard output, and returns
// when the cluster must end.
func (c *controlPlane) run() error {
	for _, step := range []func() error{
		c.startStorage, c.startAPI, c.awaitAPI, c.startControllers, c.awaitControllers, c.announce,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return <-c.ended
}

func (c *controlPlane) startStorage() error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	c.etcd = "http://127.0.0.1:" + ports[0]
	peer := "http://127.0.0.1:" + ports[1]
	c.api = "https://127.0.0.1:" + ports[2]
	return c.start("etcd", "--data-dir", c.path("etcd"), "--unsafe-no-fsync", "--log-level", "error",
		"--listen-client-urls", c.etcd, "--advertise-client-urls", c.etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
}

func (c *controlPlane) startAPI() (err error) {
	if c.users, err = serveTokens(c.path("token-webhook.kubeconfig")); err != nil {
		return err
	}
	if err := writeSigningKey(c.path("service-account.key")); err != nil {
		return err
	}
	return c.start("kube-apiserver", "--etcd-servers", c.etcd, "--cert-dir", c.path("certificates"),
		"--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", c.api[strings.LastIndex(c.api, ":")+1:],
		"--service-cluster-ip-range", "10.96.0.0/16", "--endpoint-reconciler-type", "none",
		"--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", c.path("service-account.key"),
		"--service-account-signing-key-file", c.path("service-account.key"),
		"--authentication-token-webhook-config-file", c.path("token-webhook.kubeconfig"),
		"--authentication-token-webhook-version", "v1",
		"--authorization-mode", "Node,RBAC", "--allow-privileged", "--profiling=false",
		"--max-requests-inflight", "0", "--max-mutating-requests-inflight", "0", "--enable-priority-and-fairness=false")
}

func (c *controlPlane) startControllers() error {
	manager, err := c.kubeconfig("system:kube-controller-manager")
	if err != nil {
		return err
	}
	scheduler, err := c.schedulerFlags()
	if err != nil {
		return err
	}
	kwok, err := c.kubeconfig(administrator)
	if err != nil {
		return err
	}
	stages := c.path("kwok-stages.yaml")
	if err := os.WriteFile(stages, []byte(strings.Join(kwokStages, "\n---\n")), 0o600); err != nil {
		return err
	}
	// No node sends heartbeats here: a day of grace keeps every one Ready.
	if err := c.start("kube-controller-manager", "--kubeconfig", manager, "--leader-elect=false", "--secure-port", "0",
		"--service-account-private-key-file", c.path("service-account.key"), "--use-service-account-credentials",
		"--root-ca-file", c.path("certificates", "apiserver.crt"), "--node-monitor-grace-period", "24h",
		"--kube-api-qps", strconv.Itoa(clientQPS), "--kube-api-burst", strconv.Itoa(2*clientQPS),
		"--concurrent-deployment-syncs", "20", "--concurrent-replicaset-syncs", "20", "--profiling=false"); err != nil {
		return err
	}
	if err := c.start("kube-scheduler", scheduler...); err != nil {
		return err
	}
	return c.start("kwok", "--kubeconfig", kwok, "--config", stages,
		"--manage-all-nodes=false", "--manage-nodes-with-annotation-selector", "kwok.x-k8s.io/node=fake")
}

func (c *controlPlane) awaitAPI() error {
	return c.until("kube-apiserver", func() bool { return c.answers("/readyz") })
}

// awaitControllers waits for the default ServiceAccount, without which no pod can be created.
func (c *controlPlane) awaitControllers() error {
	return c.until("kube-controller-manager", func() bool {
		return c.answers("/api/v1/namespaces/default/serviceaccounts/default")
	})
}

func (c *controlPlane) announce() error {
	return json.NewEncoder(os.Stdout).Encode(map[string]string{
		"directory": c.directory, "server": c.api, "secret": c.users.secret,
	})
}

// start runs a part as a child, with its output in a file.
func (c *controlPlane) start(part string, arguments ...string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if c.options.Kubernetes != "" && part != "kwok" {
		program = c.options.Kubernetes
	}
	log, err := os.Create(c.path(part + ".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	child := exec.Command(program, append([]string{part}, arguments...)...)
	child.Dir, child.Stdout, child.Stderr, child.SysProcAttr = c.directory, log, log, attributes()
	if err := child.Start(); err != nil {
		return err
	}
	c.children = append(c.children, child)
	c.running.Go(func() { c.ended <- fmt.Errorf("%s ended by itself: %v", part, child.Wait()) })
	return nil
}

func (c *controlPlane) kill() {
	for _, child := range c.children {
		_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL)
	}
	c.running.Wait() // a part that still writes would bring its directory back
}

func (c *controlPlane) until(part string, ready func() bool) error {
	deadline := time.After(startDeadline)
	for !ready() {
		select {
		case err := <-c.ended:
			return err
		case <-deadline:
			return fmt.Errorf("%s did not become ready in %s", part, startDeadline)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// The certificate of the API server is self-signed, and this is loopback.
var client = &http.Client{
	Timeout:   2 * time.Second,
	Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
}

func (c *controlPlane) answers(path string) bool {
	request, err := http.NewRequest(http.MethodGet, c.api+path, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+c.users.token(administrator))
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (c *controlPlane) kubeconfig(user string) (string, error) {
	path := c.path(strings.ReplaceAll(user, ":", "-") + ".kubeconfig")
	return path, writeKubeconfig(path, map[string]string{
		"server": c.api, "certificate-authority": c.path("certificates", "apiserver.crt"),
	}, c.users.token(user))
}

func (c *controlPlane) path(names ...string) string {
	return filepath.Join(append([]string{c.directory}, names...)...)
}

func (c *controlPlane) lastLogLines() string {
	logs, _ := filepath.Glob(c.path("*.log"))
	var all strings.Builder
	for _, log := range logs {
		text, _ := os.ReadFile(log)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		fmt.Fprintf(&all, "--- %s\n%s\n", filepath.Base(log), strings.Join(lines[max(0, len(lines)-15):], "\n"))
	}
	return all.String()
}
