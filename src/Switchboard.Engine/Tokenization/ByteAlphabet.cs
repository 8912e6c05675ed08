namespace Switchboard.Engine.Tokenization;

/// <summary>GPT-2's way of writing any byte as a visible character: printable ones as themselves, the others from U+0100 on.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_characters = BuildCharacters();
    private static readonly short[] s_bytes = BuildBytes();

    public static char ToCharacter(byte value) => s_characters[value];

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ToByte(char character) => character < s_bytes.Length ? s_bytes[character] : -1;

    private static char[] BuildCharacters()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = printable ? (char)value : (char)next++;
        }

        return characters;
    }

    private static short[] BuildBytes()
    {
        var bytes = new short[s_characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[s_characters[value]] = (short)value;
        }

        return bytes;
    }
}
