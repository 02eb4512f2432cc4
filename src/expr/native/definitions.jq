# Functions of jq 1.8 that are made of others, in jobnet's words. What a name begins with _ for is not for users.

# jobnet's own: true where some output of f is neither null, false, 0 nor empty.
def present(f): first(f | select(_is_present) | true) // false;

def error(message): message | error;
def recurse(f): def down: ., (f | down); down;
def recurse(f; condition): recurse(f | select(condition));
def recurse: recurse(.[]?);
def repeat(f): def again: f, again; again;
def while(condition; next): def loop: if condition then ., (next | loop) else empty end; loop;
def until(condition; next): def loop: if condition then . else next | loop end; loop;
def range($upto): range(0; $upto);
def range($from; $upto; $by):
  if $by > 0 then $from | while(. < $upto; . + $by)
  elif $by < 0 then $from | while(. > $upto; . + $by)
  else empty end;

def first(f): label $found | f | ., break $found;
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else first(skip($n; f)) end;
def limit($n; f):
  if $n > 0 then label $enough | foreach f as $one ($n; . - 1; $one, if . <= 0 then break $enough else empty end)
  elif $n == 0 then empty
  else error("limit doesn't support negative count") end;
def skip($n; f):
  if $n > 0 then foreach f as $one ($n; . - 1; if . < 0 then $one else empty end)
  elif $n == 0 then f
  else error("skip doesn't support negative count") end;
def isempty(f): first((f | false), true);
def any(f; condition): isempty(first(f | condition | select(.))) | not;
def all(f; condition): isempty(first(f | condition | select(not)));
def any(condition): any(.[]; condition);
def all(condition): all(.[]; condition);
def any: any(.);
def all: all(.);
def add(f): reduce f as $one (null; . + $one);
def add: add(.[]);
def in(holder): . as $key | holder | has($key);
def inside(whole): . as $part | whole | contains($part);
def IN(source): any(source == .; .);
def IN(source; wanted): any(source == wanted; .);
def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; rows; key): rows | [., $index[key]];
def JOIN($index; rows; key; joined): rows | [., $index[key]] | joined;

def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isfinite);
def normals: select(isnormal);
def abs: if . < 0 then - . else . end;

def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): _unique_by(map([f]));
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def flatten($depth):
  if $depth < 0 then error("flatten depth must not be negative") else _flatten($depth) end;
def flatten: _flatten(-1);
def reverse: [.[length - 1 - range(0; length)]];
def indices($wanted):
  if type == "array" then .[if $wanted | type == "array" then $wanted else [$wanted] end]
  elif type == "string" and ($wanted | type == "string") then _places($wanted)
  else .[$wanted] end;
def index($wanted): indices($wanted) | .[0];
def rindex($wanted): indices($wanted) | .[-1:][0];
def join($separator):
  reduce .[] as $part (null;
    (if . == null then "" else . + $separator end)
    + if $part == null then "" elif $part | type | . == "boolean" or . == "number" then $part | tostring
      else $part end)
  // "";
def combinations:
  if length == 0 then []
  else .[0][] as $first | (.[1:] | combinations) as $rest | [$first] + $rest end;
def combinations(n): . as $set | [range(n) | $set] | combinations;
def transpose: [range(0; map(length) | max // 0) as $row | [.[][$row]]];

def map_values(f): .[] |= f;
def walk(f):
  def down: (if type == "object" then map_values(down) elif type == "array" then map(down) else . end) | f;
  down;
def to_entries: [keys_unsorted[] as $key | {key: $key, value: .[$key]}];
def from_entries:
  reduce .[] as $entry (null;
    . + {($entry | .key // .Key // .name // .Name):
      ($entry | if has("value") then .value else .Value end)})
  // {};
def with_entries(f): to_entries | map(f) | from_entries;

def paths: path(recurse) | select(. != []);
def paths(f): path(recurse | select(f)) | select(. != []);
def del(f): delpaths([path(f)]);
def pick(f): . as $whole | reduce path(f) as $path (null; setpath($path; $whole | getpath($path)));
def tostream:
  path(def leaves: (.[]? | leaves), .; leaves) as $path | getpath($path)
  | reduce path(.[]?) as $inner ([$path, .]; [$path + $inner]);
# x is the value so far, e whether it is complete; errors name them.
def fromstream(events):
  {x: null, e: false} as $start
  | foreach events as $event ($start;
      if .e then $start end
      | if $event | length == 2
        then setpath(["e"]; $event[0] | length == 0) | setpath(["x"] + $event[0]; $event[1])
        else setpath(["e"]; $event[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(events):
  . as $depth | null | events | . as $event
  | if $event[0] | length > $depth then setpath([0]; $event[0][$depth:]) else empty end;

def ltrimstr($text): if startswith($text) then .[$text | length:] end;
def rtrimstr($text): if endswith($text) then .[:length - ($text | length)] end;
def trimstr($text): ltrimstr($text) | rtrimstr($text);

# What one argument says in place of two: a regular expression, or an array of it and its flags.
def _with_flags:
  type as $type
  | if $type == "string" then [., null]
    elif $type == "array" and length > 1 then [.[0], .[1]]
    elif $type == "array" and length > 0 then [.[0], null]
    else error($type + " not a string or array") end;
def _named: reduce (.captures[] | select(.name != null)) as $group ({}; . + {($group.name): $group.string});
def match(regex; flags): _match(regex; flags)[];
def match($regex): ($regex | _with_flags) as [$r, $f] | match($r; $f);
def test(regex; flags): _test(regex; flags);
def test($regex): ($regex | _with_flags) as [$r, $f] | test($r; $f);
def capture(regex; flags): match(regex; flags) | _named;
def capture($regex): ($regex | _with_flags) as [$r, $f] | capture($r; $f);
def scan($regex; $flags):
  match($regex; "g" + $flags)
  | if .captures | length > 0 then [.captures[].string] else .string end;
def scan($regex): scan($regex; null);
def splits($regex; $flags):
  .[foreach (match($regex; $flags + "g"), null) as {$offset, $length}
    (null; {start: .next, end: $offset, next: ($offset + $length)})];
def splits($regex): splits($regex; null);
def split($regex; $flags): [splits($regex; $flags)];
def sub($regex; replacement; $flags):
  . as $text
  | (reduce match($regex; $flags) as $match ({texts: [], at: 0};
      $text[.at:$match.offset] as $before
      | [$match | _named | replacement] as $new
      | reduce range(0; $new | length) as $i (.; .texts[$i] += $before + $new[$i])
      | .at = $match.offset + $match.length)
    | .texts[] + $text[.at:])
  // $text;
def sub($regex; replacement): sub($regex; replacement; "");
def gsub($regex; replacement; flags): sub($regex; replacement; flags + "g");
def gsub($regex; replacement): sub($regex; replacement; "g");

def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todate: todateiso8601;
def fromdate: fromdateiso8601;
