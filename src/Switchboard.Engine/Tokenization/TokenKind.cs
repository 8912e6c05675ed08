namespace Switchboard.Engine.Tokenization;

/// <summary>What a token is for; the numbers are GGUF's.</summary>
internal enum TokenKind : byte
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
