using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>How the value of each member is read; the reader ends on the value's last token.</summary>
internal partial struct RequestScan
{
    private GatewayError? ReadModel(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null && CanFillModel)
        {
            // As good as absent, and put in its place when it has to be named.
            _modelSpan = (int)json.TokenStartIndex..(int)json.BytesConsumed;
            return null;
        }

        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type("model", "a non-blank string", json);
        }

        var start = (int)json.TokenStartIndex;
        _modelSpan = start..(int)json.BytesConsumed;
        _model = JsonText.Read(ref json);
        if (CanFillModel && profile.DefaultModel is null && string.IsNullOrWhiteSpace(_model) && _model is not null)
        {
            return null;
        }

        return _model is null ? RequestFaults.Value("model", "a non-blank string", "a string with half a character (a lone surrogate)")
            : string.IsNullOrWhiteSpace(_model) ? RequestFaults.Value("model", "a non-blank string", _model.Length == 0 ? "an empty string" : "a blank string")
            : null;
    }

    private static GatewayError? ReadRequired(MemberRule rule, ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartArray && rule.Takes(MemberShapes.List))
        {
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
            {
                return RequestFaults.Value(rule.Name, rule.Expected, "an empty array");
            }

            SkipRestOfArray(ref json);
            return null;
        }

        if (json.TokenType == JsonTokenType.String && rule.Takes(MemberShapes.Text))
        {
            return json.ValueSpan.IsEmpty ? RequestFaults.Value(rule.Name, rule.Expected, "an empty string") : null;
        }

        return rule.Takes(MemberShapes.Any) && json.TokenType != JsonTokenType.Null ? null : RequestFaults.Type(rule.Name, rule.Expected, json);
    }

    private static void SkipRestOfArray(ref Utf8JsonReader json)
    {
        do
        {
            json.Skip();
            json.Read();
        }
        while (json.TokenType != JsonTokenType.EndArray);
    }

    private GatewayError? ReadStream(ref Utf8JsonReader json)
    {
        _stream = json.TokenType == JsonTokenType.True;
        return json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
            ? null
            : RequestFaults.Type("stream", "a boolean", json);
    }

    private GatewayError? ReadStreamFormat(ref Utf8JsonReader json)
    {
        _stream = json.TokenType == JsonTokenType.String && json.ValueTextEquals("sse"u8);
        return json.TokenType is JsonTokenType.String or JsonTokenType.Null ? null : RequestFaults.Type(profile.StreamFormat!, "\"audio\" or \"sse\"", json);
    }

    private GatewayError? ReadStreamOptions(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            _seen &= ~Bit(Member.StreamOptions);
            _usagePlace = PlaceOf(UsageForm.NoOptions, json);
            return null;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type("stream_options", "an object", json);
        }

        GatewayError? fault = null;
        _usagePlace = new(UsageForm.EmptyOptions, (int)json.BytesConsumed, 0);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            _usagePlace = _usagePlace.Form == UsageForm.EmptyOptions ? _usagePlace with { Form = UsageForm.OtherOptions } : _usagePlace;
            var isIncludeUsage = json.ValueTextEquals("include_usage"u8);
            json.Read();
            if (isIncludeUsage)
            {
                _includeUsage = json.TokenType == JsonTokenType.True;
                _usagePlace = PlaceOf(UsageForm.Answer, json);
                fault ??= json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    ? null
                    : RequestFaults.Type("stream_options.include_usage", "a boolean", json);
            }

            json.Skip();
        }

        return fault;
    }

    private static UsagePlace PlaceOf(UsageForm form, in Utf8JsonReader json) =>
        new(form, (int)json.TokenStartIndex, (int)(json.BytesConsumed - json.TokenStartIndex));

    private GatewayError? ReadChoices(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        const string Expected = "an integer between 1 and 128";
        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type("n", Expected, json);
        }

        return json.TryGetInt32(out _choices) && _choices is >= 1 and <= 128
            ? null
            : RequestFaults.Value("n", Expected, RequestFaults.Describe(json));
    }
}
