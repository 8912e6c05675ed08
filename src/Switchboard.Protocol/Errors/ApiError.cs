using System.Collections.Frozen;

namespace Switchboard.Protocol.Errors;

/// <summary>
/// What an error answer says, whichever server wrote it and in whatever shape. Anything can be read: a body that is no error
/// at all gives one whose message is its text.
/// </summary>
public sealed class ApiError
{
    /// <summary>The most of a body that is looked at and kept: 64 KiB.</summary>
    public const int LongestBody = 64 * 1024;

    internal ApiError(ReadOnlyMemory<byte> body, ErrorFindings? findings, string fallback)
    {
        Body = body;
        HasMessage = findings?.Message is not null;
        Message = findings?.Message ?? fallback;
        Type = findings?.Type;
        Code = findings?.Code;
        Param = findings?.Param;
        Extra = findings?.Extra ?? (IReadOnlyDictionary<string, ReadOnlyMemory<byte>>)FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
    }

    /// <summary>What went wrong, in the server's words; where it found none, the beginning of the body; empty for an empty body.</summary>
    public string Message { get; }

    /// <summary>True when the message was meant as one: a member of the JSON, a plain text, a page's title.</summary>
    public bool HasMessage { get; }

    /// <summary>The kind of error in the server's words, such as <c>invalid_request_error</c> or <c>RESOURCE_EXHAUSTED</c>, or null.</summary>
    public string? Type { get; }

    /// <summary>The server's identifier of the error, such as <c>model_not_found</c>; a number as it was spelled; or null.</summary>
    public string? Code { get; }

    /// <summary>The member of the request that is at fault, such as <c>messages[0].role</c>, or null.</summary>
    public string? Param { get; }

    /// <summary>
    /// What else the error object and the object around it hold, by name, each as its JSON text: a <c>request_id</c>, an
    /// <c>innererror</c>, <c>details</c>.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Extra { get; }

    /// <summary>The body as it came, up to <see cref="LongestBody"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Reads the body of an error answer, or the data of an error event in a stream. Never fails.</summary>
    /// <param name="body">The bytes, which are copied; of many the first 64 KiB.</param>
    /// <param name="contentType">The value of the answer's <c>Content-Type</c>, or null. The bytes have the last word.</param>
    public static ApiError Read(ReadOnlySpan<byte> body, string? contentType = null)
    {
        var isCut = body.Length > LongestBody;
        return ApiErrorReader.Read((isCut ? body[..LongestBody] : body).ToArray(), contentType);
    }

    /// <summary>The kind of this error, that came with a status.</summary>
    /// <param name="status">The HTTP status; below 400 for an error inside a stream that began well.</param>
    public ApiErrorKind GetKind(int status) => ApiErrorKinds.Of(status, Type, Code);

    /// <summary>The code or type, and the message.</summary>
    public override string ToString() => (Code ?? Type) is { } name ? $"{name}: {Message}" : Message;
}
