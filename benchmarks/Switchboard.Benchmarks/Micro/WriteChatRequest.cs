using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using BenchmarkDotNet.Attributes;
using OpenAI;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using SdkChat = OpenAI.Chat;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does writing a chat request of 20 messages to a stream cost, beside the OpenAI SDK?</summary>
/// <remarks>
/// The SDK's side is what its client does: it puts messages and model into the options, makes a content of them, and
/// has that written to the connection. The two members are not public; reading the options from JSON sets them.
/// Both sides keep their stream, and write through buffers that they lend or keep.
/// </remarks>
[MemoryDiagnoser]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A memory stream holds nothing but memory.")]
public class WriteChatRequest
{
    private static readonly ModelReaderWriterOptions s_wire = new("W");

    private readonly SdkChat.ChatCompletionOptions _options =
        ModelReaderWriter.Read<SdkChat.ChatCompletionOptions>(BinaryData.FromBytes(Bodies.ChatRequest), s_wire, OpenAIContext.Default)!;

    private readonly ChatCompletionRequest _request = WireJson.Deserialize<ChatCompletionRequest>(Bodies.ChatRequest);
    private readonly MemoryStream _stream = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();

    [GlobalSetup]
    public void SetUp()
    {
        Bodies.RequireSame(20, _request.Messages.Count);
        Sdk();
        Bodies.RequireSame(RawJson.Parse(Bodies.ChatRequest), RawJson.Parse(_stream.ToArray()));
        Protocol();
        Bodies.RequireSame(RawJson.Parse(Bodies.ChatRequest), RawJson.Parse(_stream.ToArray()));
    }

    [Benchmark(Baseline = true)]
    public long Sdk()
    {
        _stream.SetLength(0);
        using var content = BinaryContent.Create(_options, s_wire);
        content.WriteTo(_stream);
        return _stream.Length;
    }

    [Benchmark]
    public long Protocol()
    {
        _stream.SetLength(0);
        _buffer.ResetWrittenCount();
        WireJson.Serialize(_buffer, _request);
        _stream.Write(_buffer.WrittenSpan);
        return _stream.Length;
    }
}
