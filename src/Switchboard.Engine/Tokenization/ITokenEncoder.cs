namespace Switchboard.Engine.Tokenization;

/// <summary>One family of tokenizers: how text without control tokens is cut, and what bytes a token stands for.</summary>
internal interface ITokenEncoder
{
    /// <summary>Appends the tokens of a stretch of text, which begins the prompt or follows a special token. The text is well-formed UTF-16.</summary>
    void Encode(ReadOnlySpan<char> text, List<int> tokens);

    /// <summary>The bytes of a normal token.</summary>
    byte[] Decode(string token);
}
