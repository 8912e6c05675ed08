using System.Buffers;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>A chat completion as a whole: the pieces are collected by choice and written at the end.</summary>
/// <param name="stamp">What the answer is called where its provider does not say.</param>
internal sealed class ChatCompletion(ChatStamp stamp) : IChatOutput
{
    private readonly List<Choice> _choices = [];
    private byte[] _id = [];
    private byte[] _model = [];
    private TokenUsage? _usage;

    /// <summary>True when every choice ended with a reason, and there is one.</summary>
    public bool IsWhole => _choices.Count > 0 && _choices.TrueForAll(choice => choice.Reason is not null);

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model)
    {
        _id = _id.Length > 0 ? _id : id.ToArray();
        _model = _model.Length > 0 ? _model : model.ToArray();
    }

    /// <inheritdoc/>
    public void Text(int choice, ReadOnlySpan<byte> escaped) => Of(choice).Text.Write(escaped);

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped) => Of(choice).Reasoning.Write(escaped);

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped) => Of(choice).Refusal.Write(escaped);

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json) => AddTo(Of(choice).ReasoningDetails, json);

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json) => AddTo(Of(choice).Annotations, json);

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
        // An array's elements, without its brackets.
        var inner = json.Trim(" \t\r\n"u8);
        if (inner.Length > 2)
        {
            AddTo(Of(choice).LogProbs, inner[1..^1]);
        }
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        var images = Of(choice).Images;
        AddTo(images, "{\"type\":\"image_url\",\"image_url\":{\"url\":\""u8);
        ChatJson.DataUrl(images, mediaType, base64);
        images.Write("\"}}"u8);
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64) => Of(choice).Audio.Write(base64);

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
        var tool = new Tool { Extra = extra.ToArray() };
        if (id.IsEmpty)
        {
            ChatJson.Escape(tool.Id, stamp.NewToolId());
        }
        else
        {
            tool.Id.Write(id);
        }

        tool.Name.Write(name);
        Of(choice).Tools.Add(tool);
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped)
    {
        if (Of(choice).Tools is not [.., var tool])
        {
            throw new InvalidOperationException("No tool call has begun.");
        }

        tool.Arguments.Write(escaped);
    }

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason)
    {
        var finished = Of(choice);
        finished.Reason ??= reason;
    }

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => _usage = usage;

    /// <summary>Writes the completion.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{\"id\":\""u8);
        Put(output, _id, stamp.NewId());
        output.Write("\",\"object\":\"chat.completion\",\"created\":"u8);
        ChatJson.Number(output, stamp.Created);
        output.Write(",\"model\":\""u8);
        Put(output, _model, stamp.Model);
        output.Write("\",\"choices\":["u8);
        for (var i = 0; i < _choices.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : default);
            Write(output, i, _choices[i], stamp);
        }

        output.Write("]"u8);
        if (_usage is { } usage)
        {
            output.Write(",\"usage\":"u8);
            ChatJson.Usage(output, usage);
        }

        output.Write("}"u8);
    }

    private static void Write(IBufferWriter<byte> output, int index, Choice choice, ChatStamp stamp)
    {
        output.Write("{\"index\":"u8);
        ChatJson.Number(output, index);
        output.Write(",\"message\":{\"role\":\"assistant\",\"content\":"u8);

        // A message of tool calls or pictures alone has no text: null, as OpenAI has it.
        Text(output, choice.Text, orNull: choice.Text.WrittenCount == 0 && (choice.Tools.Count > 0 || choice.Images.WrittenCount > 0 || choice.Audio.WrittenCount > 0 || choice.Refusal.WrittenCount > 0));
        output.Write(",\"refusal\":"u8);
        Text(output, choice.Refusal, orNull: choice.Refusal.WrittenCount == 0);
        if (choice.Reasoning.WrittenCount > 0)
        {
            output.Write(",\"reasoning_content\":"u8);
            Text(output, choice.Reasoning, orNull: false);
        }

        List(output, ",\"reasoning_details\":["u8, choice.ReasoningDetails);
        List(output, ",\"images\":["u8, choice.Images);
        List(output, ",\"annotations\":["u8, choice.Annotations);
        WriteAudio(output, choice.Audio, stamp);
        WriteTools(output, choice.Tools);
        output.Write("},\"logprobs\":"u8);
        if (choice.LogProbs.WrittenCount > 0)
        {
            List(output, "{\"content\":["u8, choice.LogProbs);
            output.Write(",\"refusal\":null}"u8);
        }
        else
        {
            output.Write("null"u8);
        }

        output.Write(",\"finish_reason\":\""u8);
        output.Write(FinishReasons.Word(choice.Reason ?? FinishReason.Stop));
        output.Write("\"}"u8);
    }

    // Nothing is kept here that could be asked for again: it has expired as it comes.
    private static void WriteAudio(IBufferWriter<byte> output, ArrayBufferWriter<byte> base64, ChatStamp stamp)
    {
        if (base64.WrittenCount == 0)
        {
            return;
        }

        output.Write(",\"audio\":{\"id\":\""u8);
        ChatJson.Escape(output, stamp.NewAudioId());
        output.Write("\",\"expires_at\":"u8);
        ChatJson.Number(output, stamp.Created);
        output.Write(",\"transcript\":\"\",\"data\":\""u8);
        output.Write(base64.WrittenSpan);
        output.Write("\"}"u8);
    }

    private static void WriteTools(IBufferWriter<byte> output, List<Tool> tools)
    {
        for (var i = 0; i < tools.Count; i++)
        {
            output.Write(i == 0 ? ",\"tool_calls\":[{\"id\":\""u8 : ",{\"id\":\""u8);
            output.Write(tools[i].Id.WrittenSpan);
            output.Write("\",\"type\":\"function\",\"function\":{\"name\":\""u8);
            output.Write(tools[i].Name.WrittenSpan);
            output.Write("\",\"arguments\":\""u8);

            // A call without arguments has an empty object: clients parse what stands there.
            output.Write(tools[i].Arguments.WrittenCount > 0 ? tools[i].Arguments.WrittenSpan : "{}"u8);
            output.Write("\"}"u8);
            output.Write(tools[i].Extra);
            output.Write("}"u8);
        }

        output.Write(tools.Count > 0 ? "]"u8 : default);
    }

    private static void Text(IBufferWriter<byte> output, ArrayBufferWriter<byte> escaped, bool orNull)
    {
        if (orNull)
        {
            output.Write("null"u8);
            return;
        }

        output.Write("\""u8);
        output.Write(escaped.WrittenSpan);
        output.Write("\""u8);
    }

    private static void List(IBufferWriter<byte> output, ReadOnlySpan<byte> member, ArrayBufferWriter<byte> elements)
    {
        if (elements.WrittenCount > 0)
        {
            output.Write(member);
            output.Write(elements.WrittenSpan);
            output.Write("]"u8);
        }
    }

    private static void AddTo(ArrayBufferWriter<byte> elements, ReadOnlySpan<byte> json)
    {
        elements.Write(elements.WrittenCount > 0 ? ","u8 : default);
        elements.Write(json);
    }

    private static void Put(IBufferWriter<byte> output, byte[] escaped, string substitute)
    {
        if (escaped.Length == 0)
        {
            ChatJson.Escape(output, substitute);
        }
        else
        {
            output.Write(escaped);
        }
    }

    private Choice Of(int choice)
    {
        while (_choices.Count <= choice)
        {
            _choices.Add(new Choice());
        }

        return _choices[choice];
    }

    private sealed class Choice
    {
        public ArrayBufferWriter<byte> Text { get; } = new();

        public ArrayBufferWriter<byte> Reasoning { get; } = new();

        public ArrayBufferWriter<byte> Refusal { get; } = new();

        public ArrayBufferWriter<byte> ReasoningDetails { get; } = new();

        public ArrayBufferWriter<byte> Annotations { get; } = new();

        public ArrayBufferWriter<byte> Images { get; } = new();

        public ArrayBufferWriter<byte> Audio { get; } = new();

        public ArrayBufferWriter<byte> LogProbs { get; } = new();

        public List<Tool> Tools { get; } = [];

        public FinishReason? Reason { get; set; }
    }

    private sealed class Tool
    {
        public ArrayBufferWriter<byte> Id { get; } = new();

        public ArrayBufferWriter<byte> Name { get; } = new();

        public ArrayBufferWriter<byte> Arguments { get; } = new();

        public byte[] Extra { get; init; } = [];
    }
}
