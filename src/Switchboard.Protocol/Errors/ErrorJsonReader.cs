using System.Buffers;

namespace Switchboard.Protocol.Errors;

/// <summary>Reads an error out of JSON of any shape. JSON that is cut or broken gives what stood before the fault.</summary>
internal ref struct ErrorJsonReader
{
    private const int MostElements = 10;

    // Slugs are codes; sentences are not.
    private static readonly SearchValues<char> s_slug = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private readonly ReadOnlyMemory<byte> _source;
    private Utf8JsonReader _json;

    private ErrorJsonReader(ReadOnlyMemory<byte> source)
    {
        _source = source;

        // Never the final block: what is cut then ends, and does not throw.
        _json = new Utf8JsonReader(source.Span, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { AllowTrailingCommas = true }));
    }

    private enum Member
    {
        Other,
        Message,
        Type,
        Code,
        Param,
        Location,
        Status,
        Title,
        Error,
        Errors,
        Detail,
    }

    public static ErrorFindings Read(ReadOnlyMemory<byte> source)
    {
        var reader = new ErrorJsonReader(source);
        var found = new ErrorFindings();
        if (reader.Next())
        {
            reader.ReadValue(found);
        }

        return found;
    }

    // False where the text ends or is broken; nothing is read after that.
    private bool Next()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Skip()
    {
        try
        {
            return _json.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadValue(ErrorFindings into)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.String:
                into.Message = Text();
                return true;
            case JsonTokenType.StartArray:
                return ReadArray(into);
            case JsonTokenType.StartObject:
                return ReadObject(into);
            default:
                return Skip();
        }
    }

    // The first tells type, code and member; the messages of all are put together.
    private bool ReadArray(ErrorFindings into)
    {
        var messages = new List<ErrorFindings>();
        var isWhole = true;
        while (isWhole && (isWhole = Next()) && _json.TokenType != JsonTokenType.EndArray)
        {
            var element = new ErrorFindings();
            isWhole = ReadValue(element);
            into.Extra ??= element.Extra;
            if (element.Message is not null && messages.Count < MostElements)
            {
                messages.Add(element);
            }
        }

        if (messages is [var first, .. var others])
        {
            into.Fill(first);
            into.Message = others.Count == 0 ? first.Message : string.Join("; ", messages.Select(static m => m.Param is null ? m.Message : $"{m.Param}: {m.Message}"));
        }

        return isWhole;
    }

    private bool ReadObject(ErrorFindings into)
    {
        var parts = new ObjectParts();
        var isWhole = true;
        while (isWhole && (isWhole = Next()) && _json.TokenType != JsonTokenType.EndObject)
        {
            var name = Text() ?? "";
            isWhole = Next() && ReadMember(name, parts);
        }

        Combine(parts, into);
        return isWhole;
    }

    private bool ReadMember(string name, ObjectParts parts)
    {
        var member = Classify(name);
        var start = (int)_json.TokenStartIndex;
        var isWhole = member switch
        {
            Member.Error => ReadNested(ref parts.Error, ref parts.ErrorText),
            Member.Errors => ReadNested(ref parts.Errors, ref parts.ErrorsText),
            Member.Detail => ReadNested(ref parts.Detail, ref parts.DetailText),
            Member.Message => ReadNested(ref parts.MessageParts, ref parts.Message),
            Member.Location => ReadLocation(ref parts.Param),
            _ => ReadScalar(member, parts),
        };
        if (isWhole && !IsTold(member, name))
        {
            (parts.Extra ??= []).TryAdd(name, _source[start..(int)_json.BytesConsumed]);
        }

        return isWhole;
    }

    // Whether ApiError has a property of this name. "error" is what it is made of; all else stays in its JSON too.
    private static bool IsTold(Member member, string name) => member is Member.Error || name is "message" or "type" or "code" or "param";

    private bool ReadNested(ref ErrorFindings? nested, ref string? text)
    {
        if (_json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            text ??= Text();
            return true;
        }

        nested = new ErrorFindings();
        return ReadValue(nested);
    }

    private bool ReadScalar(Member member, ObjectParts parts)
    {
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            return Skip();
        }

        var text = Text();
        switch (member)
        {
            case Member.Type:
                parts.Type ??= text;
                break;
            case Member.Code:
                parts.Code ??= text;
                break;
            case Member.Param:
                parts.Param ??= text;
                break;
            case Member.Title:
                parts.Title ??= text;
                break;

            // Google's word for a type. As a number it is the HTTP status, which the caller has.
            case Member.Status when _json.TokenType == JsonTokenType.String:
                parts.Status ??= text;
                break;
            default:
                break;
        }

        return true;
    }

    // FastAPI: ["body", "messages", 0, "role"] is the request's messages[0].role.
    private bool ReadLocation(ref string? param)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            param ??= Text();
            return Skip();
        }

        var path = new StringBuilder();
        for (var index = 0; ; index++)
        {
            if (!Next())
            {
                return false;
            }

            switch (_json.TokenType)
            {
                case JsonTokenType.EndArray:
                    param ??= path.Length == 0 ? null : path.ToString();
                    return true;
                case JsonTokenType.Number:
                    path.Append('[').Append(Text()).Append(']');
                    break;
                case JsonTokenType.String when index > 0 || !_json.ValueTextEquals("body"u8):
                    path.Append(path.Length == 0 ? "" : ".").Append(Text());
                    break;
                default:
                    if (!Skip())
                    {
                        return false;
                    }

                    break;
            }
        }
    }

    private static void Combine(ObjectParts parts, ErrorFindings into)
    {
        var own = new ErrorFindings
        {
            Message = parts.Message,
            // "type":"error" names the envelope (Anthropic) or the event, not the error; about:blank is problem+json's nothing.
            Type = parts.Type is "error" or "about:blank" ? null : WithoutNamespace(parts.Type),
            Code = parts.Code,
            Param = parts.Param,
            Extra = parts.Extra,
        };

        // {"error":"invalid_grant","error_description":"…"}: beside a message a slug is the code.
        if (own.Message is not null && parts.ErrorText is { } slug && !slug.AsSpan().ContainsAnyExcept(s_slug))
        {
            own.Code ??= slug;
        }

        own.Fill(parts.MessageParts);
        own.Type ??= parts.Status;
        own.Message ??= parts.ErrorText;
        own.Fill(parts.Errors);
        own.Message ??= parts.ErrorsText;
        own.Fill(parts.Detail);
        own.Message ??= parts.DetailText ?? parts.Title;

        into.Fill(parts.Error);
        into.FillExtra(parts.Error);
        into.Fill(own);
        into.FillExtra(own);
    }

    // Amazon: "com.amazon.coral.service#AccessDeniedException".
    private static string? WithoutNamespace(string? type) => type?[(type.IndexOf('#', StringComparison.Ordinal) + 1)..];

    private static Member Classify(string name) => name switch
    {
        "message" or "Message" or "msg" or "error_message" or "errorMessage" or "error_description" => Member.Message,
        "type" or "error_type" or "__type" => Member.Type,
        "code" or "error_code" or "errorCode" => Member.Code,
        "param" => Member.Param,
        "loc" => Member.Location,
        "status" => Member.Status,
        "title" => Member.Title,
        "error" => Member.Error,
        "errors" => Member.Errors,
        "detail" => Member.Detail,
        _ => Member.Other,
    };

    /// <summary>The current string or number; null for anything else and for an empty string.</summary>
    private readonly string? Text()
    {
        if (_json.TokenType is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.PropertyName))
        {
            return null;
        }

        string text;
        try
        {
            text = _json.TokenType != JsonTokenType.Number && _json.ValueIsEscaped ? _json.GetString()! : Encoding.UTF8.GetString(_json.ValueSpan);
        }
        catch (InvalidOperationException)
        {
            // Half a character (a lone \ud83d, of a text that was cut there): the escapes stay as they are.
            text = Encoding.UTF8.GetString(_json.ValueSpan);
        }

        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private sealed class ObjectParts
    {
        public string? Message;
        public ErrorFindings? MessageParts;
        public string? Type;
        public string? Code;
        public string? Param;
        public string? Status;
        public string? Title;
        public string? ErrorText;
        public ErrorFindings? Error;
        public string? ErrorsText;
        public ErrorFindings? Errors;
        public string? DetailText;
        public ErrorFindings? Detail;
        public Dictionary<string, ReadOnlyMemory<byte>>? Extra;
    }
}
