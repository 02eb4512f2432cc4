//! Values of the target.

use super::{faults, options, target};

#[test]
fn names_are_what_the_api_takes() {
    insta::assert_snapshot!(options("    names: {load: Load_Orders}\n    secret: my_secret\n    service_account: -a\n    namespace: a.b\n    env_from: [{secret: A}, {config_map: B}]\n"), @"
    error[kubernetes-name]: `Load_Orders` cannot be the name of a CronJob
      --> jobnet.yaml:15:19
       |
    15 |     names: {load: Load_Orders}
       |                   ^^^^^^^^^^^ expected at most 52 of a to z, 0 to 9 and `-`, a letter or digit at both ends
       |
       = help: give it a name: `names: {STAGE: NAME}` in the target

    error[kubernetes-name]: `my_secret` cannot be the name of an object
      --> jobnet.yaml:16:13
       |
    16 |     secret: my_secret
       |             ^^^^^^^^^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `-a` cannot be the name of an object
      --> jobnet.yaml:17:22
       |
    17 |     service_account: -a
       |                      ^^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `a.b` cannot be a namespace
      --> jobnet.yaml:18:16
       |
    18 |     namespace: a.b
       |                ^^^ expected at most 63 of a to z, 0 to 9 and `-`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get namespaces` shows it

    error[kubernetes-name]: `A` cannot be the name of an object
      --> jobnet.yaml:19:25
       |
    19 |     env_from: [{secret: A}, {config_map: B}]
       |                         ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `B` cannot be the name of an object
      --> jobnet.yaml:19:42
       |
    19 |     env_from: [{secret: A}, {config_map: B}]
       |                                          ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it
    ");
}

#[test]
fn images_have_tags_and_nothing_else_has() {
    insta::assert_snapshot!(faults(&target("stages: {load: {call: {api: open, get: /orders}}}\n", "    image: shop:v1\n    jobnet_tag: v1\n"), &[]), @"
    error[kubernetes-no-tag]: environment `prod` has no tag for the image
      --> jobnet.yaml:11:5
       |
    11 |     out: k8s
       |     ^^^ expected `tags` with one for `prod`
       |
       = help: add it, so that pods do not run `latest`: `tags: {prod: …}`

    error[kubernetes-image]: `shop:v1` cannot be an image without a tag
      --> jobnet.yaml:13:12
       |
    13 |     image: shop:v1
       |            ^^^^^^^ expected a name such as `ghcr.io/your-org/shop`
       |
       = help: write the tag into `tags`

    error[kubernetes-image]: `jobnet_tag` needs `jobnet_image`
      --> jobnet.yaml:14:17
       |
    14 |     jobnet_tag: v1
       |                 ^^ expected no tag, or an image that it is of
       |
       = help: remove it, or add `jobnet_image`
    ");
    insta::assert_snapshot!(options("    jobnet_image: shop\n    jobnet_tag: \"v1:2\"\n"), @r#"
    error[kubernetes-image]: `image` and `jobnet_image` are the same
      --> jobnet.yaml:15:19
       |
    15 |     jobnet_image: shop
       |                   ^^^^ expected jobnet's own image
       |
       = help: leave `jobnet_image` out where `image` is jobnet's

    error[kubernetes-image]: `v1:2` cannot be the tag of an image
      --> jobnet.yaml:16:17
       |
    16 |     jobnet_tag: "v1:2"
       |                 ^^^^^^ expected at most 128 letters, digits, `_`, `.` and `-`, or a digest `sha256:…`
       |
       = help: write the tag alone, without the image
    "#);
}

#[test]
fn a_command_starts_jobnet_in_the_image_and_no_other() {
    insta::assert_snapshot!(options("    jobnet_image: ghcr.io/your-org/jobnet\n    command: [/usr/local/bin/jobnet]\n"), @"
    error[kubernetes-image]: `command` and `jobnet_image` both say which jobnet is started
      --> jobnet.yaml:16:15
       |
    16 |     command: [/usr/local/bin/jobnet]
       |               ^^^^^^^^^^^^^^^^^^^^^ expected one of the two
       |
       = help: keep `jobnet_image` where jobnet is to be installed into the pod, `command` where `image` has it
    ");
    insta::assert_snapshot!(options("    command: []\n"), @"
    error[kubernetes-image]: `command` names no program
      --> jobnet.yaml:11:5
       |
    11 |     out: k8s
       |     ^^^ expected the path of jobnet in the image, and its first arguments
       |
       = help: write `command: [/usr/local/bin/jobnet]`, or leave it out
    ");
    insta::assert_snapshot!(options("    command: ['', run]\n"), @"
    error[kubernetes-image]: `command` names no program
      --> jobnet.yaml:15:15
       |
    15 |     command: ['', run]
       |               ^^ expected the path of jobnet in the image, and its first arguments
       |
       = help: write `command: [/usr/local/bin/jobnet]`, or leave it out
    ");
}

#[test]
fn labels_are_what_the_api_takes_and_not_those_that_pods_are_found_by() {
    insta::assert_snapshot!(options("    labels: {a b: c, team: \"the team\", app.kubernetes.io/name: x}\n    near: {pods: {app: -a}}\n"), @r#"
    error[kubernetes-label]: `a b` cannot be the key of a label
      --> jobnet.yaml:15:14
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |              ^^^ expected at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be
       |
       = help: write it as `team`, say, or `example.com/team`

    error[kubernetes-label]: `the team` cannot be the value of a label
      --> jobnet.yaml:15:28
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |                            ^^^^^^^^^^ expected at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends
       |
       = help: shorten it, or leave out what is not allowed

    error[kubernetes-label]: label `app.kubernetes.io/name` is set by jobnet
      --> jobnet.yaml:15:40
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |                                        ^^^^^^^^^^^^^^^^^^^^^^ expected another label
       |
       = help: remove it, or choose another key

    error[kubernetes-label]: `-a` cannot be the value of a label
      --> jobnet.yaml:16:24
       |
    16 |     near: {pods: {app: -a}}
       |                        ^^ expected at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends
       |
       = help: shorten it, or leave out what is not allowed
    "#);
}

#[test]
fn resources_are_quantities() {
    insta::assert_snapshot!(options("    resources: {requests: {cpu: half}, limits: {memory: 64MB}}\n"), @"
    error[kubernetes-quantity]: `half` cannot be an amount of a resource
      --> jobnet.yaml:15:33
       |
    15 |     resources: {requests: {cpu: half}, limits: {memory: 64MB}}
       |                                 ^^^^ expected a number with a unit such as `m`, `Mi` or `Gi`
       |
       = help: write 250m for a quarter of a CPU, 128Mi for memory

    error[kubernetes-quantity]: `64MB` cannot be an amount of a resource
      --> jobnet.yaml:15:57
       |
    15 |     resources: {requests: {cpu: half}, limits: {memory: 64MB}}
       |                                                         ^^^^ expected a number with a unit such as `m`, `Mi` or `Gi`
       |
       = help: write 250m for a quarter of a CPU, 128Mi for memory
    ");
}

#[test]
fn a_rule_of_egress_is_about_pods_or_addresses() {
    insta::assert_snapshot!(options("    egress:\n      - {port: 80}\n      - {pods: {a: b}, cidr: 10.0.0.0/8, port: 80}\n"), @"
    error[not-exactly-one]: a rule of egress has none of `pods`, `cidr`
      --> jobnet.yaml:16:9
       |
    16 |       - {port: 80}
       |         ^ expected exactly one of `pods`, `cidr`
       |
       = help: add one of them

    error[not-exactly-one]: a rule of egress has `pods` and `cidr` at once
      --> jobnet.yaml:17:9
       |
    17 |       - {pods: {a: b}, cidr: 10.0.0.0/8, port: 80}
       |         ^ expected exactly one of `pods`, `cidr`
       |
       = help: keep one of them
    ");
    insta::assert_snapshot!(options("    egress:\n      - {cidr: 10.0.0.1/8, port: 0}\n      - {cidr: shop.example, port: 70000}\n"), @"
    error[kubernetes-address]: `10.0.0.1/8` cannot be a range of addresses
      --> jobnet.yaml:16:16
       |
    16 |       - {cidr: 10.0.0.1/8, port: 0}
       |                ^^^^^^^^^^ expected a network and the length of its prefix, such as `10.0.0.0/8`
       |
       = help: write 203.0.113.7/32 for one address; the bits behind the prefix are 0

    error[kubernetes-address]: `0` cannot be a port
      --> jobnet.yaml:16:34
       |
    16 |       - {cidr: 10.0.0.1/8, port: 0}
       |                                  ^ expected 1 to 65535
       |
       = help: write the port of the other side's pods

    error[kubernetes-address]: `shop.example` cannot be a range of addresses
      --> jobnet.yaml:17:16
       |
    17 |       - {cidr: shop.example, port: 70000}
       |                ^^^^^^^^^^^^ expected a network and the length of its prefix, such as `10.0.0.0/8`
       |
       = help: write 203.0.113.7/32 for one address; the bits behind the prefix are 0

    error[kubernetes-address]: `70000` cannot be a port
      --> jobnet.yaml:17:36
       |
    17 |       - {cidr: shop.example, port: 70000}
       |                                    ^^^^^ expected 1 to 65535
       |
       = help: write the port of the other side's pods
    ");
}

#[test]
fn mounts_are_paths_of_their_own() {
    insta::assert_snapshot!(options("    volumes:\n      - {claim: a, mount: data}\n      - {claim: B, mount: /etc/jobnet}\n      - {config_map: c, key: a/b, mount: /c}\n      - {config_map: c, mount: /c}\n"), @"
    error[kubernetes-mount]: `data` cannot be where a volume is mounted
      --> jobnet.yaml:16:27
       |
    16 |       - {claim: a, mount: data}
       |                           ^^^^ expected a path from `/` on, without `:` and `..`
       |
       = help: write it as `/app/data`, say

    error[kubernetes-name]: `B` cannot be the name of an object
      --> jobnet.yaml:17:17
       |
    17 |       - {claim: B, mount: /etc/jobnet}
       |                 ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-mount]: `/etc/jobnet` is taken by the spec
      --> jobnet.yaml:17:27
       |
    17 |       - {claim: B, mount: /etc/jobnet}
       |                           ^^^^^^^^^^^ expected another path
       |
       = help: mount it elsewhere

    error[kubernetes-name]: `a/b` cannot be a key of a ConfigMap or Secret
      --> jobnet.yaml:18:30
       |
    18 |       - {config_map: c, key: a/b, mount: /c}
       |                              ^^^ expected at most 253 letters, digits, `-`, `_` and `.`
       |
       = help: write the key as `kubectl describe` shows it

    error[kubernetes-mount]: `/c` is taken by another volume
      --> jobnet.yaml:19:32
       |
    19 |       - {config_map: c, mount: /c}
       |                                ^^ expected another path
       |
       = help: mount it elsewhere
    ");
}
