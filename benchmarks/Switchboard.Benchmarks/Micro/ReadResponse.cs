using System.ClientModel.Primitives;
using BenchmarkDotNet.Attributes;
using OpenAI;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using SdkResponses = OpenAI.Responses;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading an answer of 30 KB of the Responses API cost, beside the OpenAI SDK?</summary>
[MemoryDiagnoser]
public class ReadResponse
{
    private static readonly byte[] s_body = Bodies.Response;
    private static readonly BinaryData s_data = BinaryData.FromBytes(s_body);

    [GlobalSetup]
    public void SetUp()
    {
        var expected = ReadBySdk();
        var actual = WireJson.Deserialize<Response>(s_body);
        Bodies.RequireSame((expected.Id, expected.Model, expected.CreatedAt), (actual.Id, actual.Model, actual.CreatedAt));
        Bodies.RequireSame(expected.OutputItems.Count, actual.Output.Count);
        Bodies.RequireSame(
            string.Concat(expected.OutputItems.OfType<SdkResponses.MessageResponseItem>().SelectMany(message => message.Content).Select(part => part.Text)),
            string.Concat(actual.Output.OfType<OutputMessage>().SelectMany(message => message.Content).OfType<OutputTextContent>().Select(part => part.Text)));
        Bodies.RequireSame(Sdk(), Protocol());
    }

    [Benchmark(Baseline = true)]
    public int Sdk()
    {
        var response = ReadBySdk();
        var length = response.Usage.TotalTokenCount;
        foreach (var item in response.OutputItems)
        {
            length += item is SdkResponses.MessageResponseItem message ? message.Content[0].Text.Length : 0;
        }
        return length;
    }

    [Benchmark]
    public int Protocol()
    {
        var response = WireJson.Deserialize<Response>(s_body);
        var length = (int)response.Usage!.TotalTokens;
        foreach (var item in response.Output)
        {
            length += item is OutputMessage { Content: [OutputTextContent content, ..] } ? content.Text.Length : 0;
        }
        return length;
    }

    private static SdkResponses.ResponseResult ReadBySdk() =>
        ModelReaderWriter.Read<SdkResponses.ResponseResult>(s_data, new ModelReaderWriterOptions("W"), OpenAIContext.Default)!;
}
