package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"strings"
)

// administrator may do everything: its token is answered with the group system:masters.
const administrator = "admin"

// tokens says who a bearer token is. A token is SECRET.BASE64URL(user name), so that any user exists from the
// start, and whoever knows the secret can name one at any time, from any process.
type tokens struct{ secret string }

func (t *tokens) token(user string) string {
	return t.secret + "." + base64.RawURLEncoding.EncodeToString([]byte(user))
}

// serveTokens answers the API server's TokenReviews on loopback, and writes the file that leads it there.
func serveTokens(kubeconfig string) (*tokens, error) {
	users := &tokens{secret: rand.Text()}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() { _ = http.Serve(listener, users) }()
	return users, writeKubeconfig(kubeconfig, map[string]string{"server": "http://" + listener.Addr().String()}, "")
}

// ServeHTTP answers an authentication.k8s.io/v1 TokenReview.
func (t *tokens) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var review struct {
		Spec struct{ Token string }
	}
	_ = json.NewDecoder(request.Body).Decode(&review)
	status := map[string]any{"authenticated": false}
	if encoded, ok := strings.CutPrefix(review.Spec.Token, t.secret+"."); ok {
		if name, err := base64.RawURLEncoding.DecodeString(encoded); err == nil {
			user := map[string]any{"username": string(name)}
			if string(name) == administrator {
				user["groups"] = []string{"system:masters"}
			}
			status = map[string]any{"authenticated": true, "user": user}
		}
	}
	_ = json.NewEncoder(response).Encode(map[string]any{
		"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status,
	})
}

// writeKubeconfig writes JSON, which every reader of YAML reads.
func writeKubeconfig(path string, cluster map[string]string, token string) error {
	user := map[string]string{}
	if token != "" {
		user["token"] = token
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "local",
		"clusters": []any{map[string]any{"name": "local", "cluster": cluster}},
		"users":    []any{map[string]any{"name": "local", "user": user}},
		"contexts": []any{map[string]any{"name": "local", "context": map[string]string{"cluster": "local", "user": "local"}}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
