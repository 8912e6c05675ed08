using System.Text;

namespace Switchboard.Tests.Protocol.Json;

/// <summary>Random JSON text, and small damages to it.</summary>
internal static class JsonSoup
{
    private static readonly string[] s_scalars =
    [
        "null", "true", "false", "0", "-0", "12", "-1.5", "1e9", "2E-3", "0.0e+0", "\"\"", "\"a\"", "\"\\n\"", "\"\\u0041\"",
        "\"\\ud83d\\udc4b\"", "\"é👋\"", "\"abcdefghijklmnopqrstuvwxyz0123456789\"", "\"abcdefghijklmn\\\"p\"", "\"\\\\\"",
    ];

    private static readonly string[] s_names = ["\"a\"", "\"b\"", "\"\\u0061\"", "\"a long name of more than sixteen\"", "\"\"", "\"c\"", "\"d\"", "\"e\""];

    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", " ", "\n", "\t", "\u00a0", "0", "1", "-", "+", ".", "e", "t", "true", "null", "\"a\"", "/", "'", "\u0000", "é",
    ];

    /// <summary>Appends a random value, mostly valid: now and then an object has a name twice.</summary>
    public static void Value(Random random, StringBuilder text, int depth)
    {
        Space(random, text);
        switch (random.Next(depth > 4 ? 1 : 3))
        {
            case 1:
                text.Append('[');
                Repeat(random, text, () => Value(random, text, depth + 1));
                text.Append(']');
                break;
            case 2:
                text.Append('{');
                Repeat(random, text, () =>
                {
                    Space(random, text);
                    text.Append(s_names[random.Next(s_names.Length)]);
                    Space(random, text);
                    text.Append(':');
                    Value(random, text, depth + 1);
                });
                text.Append('}');
                break;
            default:
                text.Append(s_scalars[random.Next(s_scalars.Length)]);
                break;
        }

        Space(random, text);
    }

    /// <summary>Puts in, takes out or replaces a little at a random place.</summary>
    public static void Change(Random random, StringBuilder text)
    {
        var at = random.Next(text.Length + 1);
        if (random.Next(3) > 0 && at < text.Length)
        {
            text.Remove(at, Math.Min(1 + random.Next(3), text.Length - at));
        }

        if (random.Next(3) > 0)
        {
            text.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
        }
    }

    private static void Repeat(Random random, StringBuilder text, Action append)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            append();
            if (i > 1)
            {
                text.Append(',');
            }
        }
    }

    private static void Space(Random random, StringBuilder text)
    {
        if (random.Next(4) == 0)
        {
            text.Append(" \n\t\r"[random.Next(4)]).Append(' ', random.Next(3));
        }
    }
}
