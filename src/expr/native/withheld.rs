/// What to write in place of what jq has and jobnet withholds: an expression computes from its input only, and does
/// nothing but that.
pub(in crate::expr) fn instead_of(name: &str) -> Option<&'static str> {
    match name {
        "now" | "localtime" | "strflocaltime" => {
            Some("use $run.job_start_at: it is the same for every stage and every retry")
        }
        "env" | "ENV" => Some("declare the name under `vars` and write $vars.NAME"),
        "builtins" | "debug" | "get_jq_origin" | "get_prog_origin" | "get_search_list" | "halt"
        | "halt_error" | "input" | "input_filename" | "input_line_number" | "inputs" | "modulemeta"
        | "stderr" | "__prog_args" => Some("expressions compute from their input only"),
        _ => None,
    }
}
