/// The five fields that some cron's nickname for a schedule stands for.
pub(super) fn nickname(text: &str) -> Option<&'static str> {
    match text {
        "@hourly" => Some("0 * * * *"),
        "@daily" | "@midnight" => Some("0 0 * * *"),
        "@weekly" => Some("0 0 * * 0"),
        "@monthly" => Some("0 0 1 * *"),
        "@yearly" | "@annually" => Some("0 0 1 1 *"),
        _ => None,
    }
}
