using System.Text.Json;
using Switchboard.Engine.Models;

namespace Switchboard.Tests.Engine.Models;

public sealed unsafe class Q6DecoderTests
{
    [Fact]
    public void A_block_is_decoded_as_ggml_decodes_it()
    {
        var expected = JsonDocument.Parse(SharedModels.Expectation("q6_k.json")).RootElement;
        var values = new float[Q6Decoder.BlockLength];
        fixed (byte* block = Convert.FromHexString(expected.GetProperty("block").GetString()!))
        {
            fixed (float* target = values)
            {
                Q6Decoder.Decode(block, target);
            }
        }

        Assert.Equal(expected.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()), values);
    }
}
