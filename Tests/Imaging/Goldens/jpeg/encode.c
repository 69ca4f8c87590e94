/* Encodes raw samples with libjpeg, with the choices that Pillow's encoder does not give. Built and run by generate.py.
   encode IN OUT WIDTH HEIGHT COMPONENTS [key=value ...]
     quality=N  colors=ycc|rgb|cmyk|ycck|gray  sampling=2x2,1x1,1x1  restart=N (coded units)
     arithmetic=1  optimize=1  jfif=0  scans=0,1,2:0-0:0:1;0:1-5:0:2;...  (components:first-last:high:low)  progressive=1 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

int main(int argc, char **argv)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    int width = atoi(argv[3]), height = atoi(argv[4]), components = atoi(argv[5]), i;
    FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");
    JSAMPROW row = malloc((size_t)width * components);
    static jpeg_scan_info scans[64];
    const char *sampling = NULL;

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_stdio_dest(&c, out);
    c.image_width = width;
    c.image_height = height;
    c.input_components = components;
    c.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&c);

    for (i = 6; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        *value++ = 0;
        if (!strcmp(argv[i], "quality")) jpeg_set_quality(&c, atoi(value), TRUE);
        if (!strcmp(argv[i], "colors"))
            jpeg_set_colorspace(&c, !strcmp(value, "rgb") ? JCS_RGB : !strcmp(value, "cmyk") ? JCS_CMYK :
                !strcmp(value, "ycck") ? JCS_YCCK : !strcmp(value, "gray") ? JCS_GRAYSCALE : JCS_YCbCr);
        if (!strcmp(argv[i], "sampling")) sampling = value;
        if (!strcmp(argv[i], "restart")) c.restart_interval = atoi(value);
        if (!strcmp(argv[i], "arithmetic")) c.arith_code = TRUE;
        if (!strcmp(argv[i], "optimize")) c.optimize_coding = TRUE;
        if (!strcmp(argv[i], "jfif")) c.write_JFIF_header = FALSE;
        if (!strcmp(argv[i], "progressive")) jpeg_simple_progression(&c);
        if (!strcmp(argv[i], "scans")) {
            char *rest = value;
            while (*rest) {
                jpeg_scan_info *scan = &scans[c.num_scans++];
                if (c.scan_info == NULL || c.scan_info == scans) { c.scan_info = scans; }
                scan->comps_in_scan = 0;
                for (;;) {
                    scan->component_index[scan->comps_in_scan++] = (int)strtol(rest, &rest, 10);
                    if (*rest++ != ',') break;
                }
                scan->Ss = (int)strtol(rest, &rest, 10);
                scan->Se = (int)strtol(rest + 1, &rest, 10);
                scan->Ah = (int)strtol(rest + 1, &rest, 10);
                scan->Al = (int)strtol(rest + 1, &rest, 10);
                if (*rest == ';') rest++;
            }
        }
    }

    for (i = 0; sampling != NULL && i < c.num_components; i++) {
        c.comp_info[i].h_samp_factor = sampling[0] - '0';
        c.comp_info[i].v_samp_factor = sampling[2] - '0';
        if (sampling[3] == ',') sampling += 4;
    }

    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        if (fread(row, components, width, in) != (size_t)width) return 1;
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    fclose(out);
    return 0;
}
