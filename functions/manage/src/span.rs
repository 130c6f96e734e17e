//! Lengths of time as a campaign writes them: `3d`, `36h`, `90m`.

/// Reads a length of time: a whole number and `d`, `h` or `m`. Seconds.
pub(crate) fn read(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number = text.strip_suffix(unit)?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        _ => return None,
    };
    let plain = (1..=7).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| number.parse::<u32>().ok()?.checked_mul(seconds)).flatten()
}

/// Writes a length of time in the largest unit that divides it.
pub(crate) fn show(seconds: u32) -> String {
    match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ => format!("{}m", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn reads_and_writes_spans() {
        for (text, seconds, shown) in [
            ("3d", 259_200, "3d"),
            ("36h", 129_600, "36h"),
            ("90m", 5_400, "90m"),
            ("72h", 259_200, "3d"),
            ("60m", 3_600, "1h"),
            ("0m", 0, "0d"),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
            assert_eq!(show(seconds), shown);
        }
        for wrong in ["", "d", "3", "3 d", "-3d", "+3d", "3.5d", "3w", "3D", "99999999d", "9999999d", "3dd", "é"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minutes in 0_u32..=5_256_000) {
            prop_assert_eq!(read(&show(minutes * 60)), Some(minutes * 60));
        }
    }
}
