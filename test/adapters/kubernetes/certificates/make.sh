#!/bin/sh
# Makes the certificates of these tests anew, with openssl. Nothing here protects anything.
set -eu
cd "$(dirname "$0")"
ext() { printf 'subjectAltName=%s\n' "$1"; }
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
authority() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -days 36500 -subj "/CN=$1" -out "$1.crt"
}
signed() { # name, subjectAltName, further options
  name=$1 names=$2
  shift 2
  key "$name"
  ext "$names" >"$name.ext"
  openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA authority.crt -CAkey authority.key -extfile "$name.ext" -out "$name.crt" "$@"
  rm "$name.csr" "$name.ext"
}
authority authority
authority stranger
signed server "IP:127.0.0.1,DNS:localhost,DNS:api.test" -days 36500
signed misnamed "DNS:elsewhere.test" -days 36500
signed expired "IP:127.0.0.1" -days 0
signed client "DNS:client.test" -days 36500
rm -f ./*.srl authority.key stranger.key
