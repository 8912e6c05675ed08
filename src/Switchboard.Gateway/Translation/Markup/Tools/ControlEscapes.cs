namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Makes JSON of what models write where a string has lines: the control characters inside of strings escaped.</summary>
internal static class ControlEscapes
{
    /// <summary>The same text, each control character inside of a string escaped.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> json)
    {
        var output = new List<byte>(json.Length + 16);
        var isString = false;
        var isEscaped = false;
        foreach (var value in json)
        {
            if (isString && value < 0x20)
            {
                output.AddRange(isEscaped ? "n"u8 : Escaped(value));
                isEscaped = false;
                continue;
            }

            isString ^= value == '"' && !isEscaped;
            isEscaped = isString && value == '\\' && !isEscaped;
            output.Add(value);
        }

        return [.. output];
    }

    private static ReadOnlySpan<byte> Escaped(byte control) => control switch
    {
        (byte)'\n' => "\\n"u8,
        (byte)'\r' => "\\r"u8,
        (byte)'\t' => "\\t"u8,
        _ => "\\ufffd"u8,
    };
}
