#include "analysis/sweep_pictures.h"

#include "analysis/sweep_sheet.h"

static bool write_one(const struct sweep_drawing *drawing, const struct sweep_picture *picture,
                      const char *folder, struct failure *failure) {
    switch (picture->kind) {
    case SWEEP_PICTURE_LINES:
        return sweep_lines_write(drawing, picture, folder, failure);
    case SWEEP_PICTURE_HEAT:
        return sweep_heat_write(drawing, picture, folder, failure);
    case SWEEP_PICTURE_PARETO:
        return sweep_pareto_write(drawing, picture, folder, failure);
    }
    return false;
}

bool sweep_pictures_draw(const struct sweep_drawing *drawing, const char *folder,
                         struct failure *failure) {
    enum { AT_ONCE = 4 };
    char files[AT_ONCE][SWEEP_SHEET_NAME_SIZE];
    const char *names[AT_ONCE];
    if (!figure_folders_make(folder, failure)) {
        return false;
    }
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < drawing->picture_count; i++) {
        const struct sweep_picture *picture = &drawing->pictures[i];
        if (!write_one(drawing, picture, folder, failure)) {
            return false;
        }
        bool front = picture->kind == SWEEP_PICTURE_PARETO;
        names[waiting] = sweep_sheet_file(
            front ? "pareto" : drawing->grid->results->figures[picture->figure].name,
            files[waiting]);
        waiting++;
        if (waiting == AT_ONCE || i + 1 == drawing->picture_count) {
            if (!figure_draw_as(folder, names, waiting, drawing->formats, failure)) {
                return false;
            }
            waiting = 0;
        }
    }
    return true;
}
